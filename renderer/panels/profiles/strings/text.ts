/** The texts of the saved connections in the language of the moment. */

import { defineText } from '../../../model/language.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

export const profilesText = defineText('profiles', en, zhCn);
export type ProfilesText = typeof profilesText;
