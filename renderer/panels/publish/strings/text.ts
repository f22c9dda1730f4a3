/** The texts of the Publish panel in the language of the moment. */

import { defineText } from '../../../model/language.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

export const publishText = defineText('publish', en, zhCn);
export type PublishText = typeof publishText;
