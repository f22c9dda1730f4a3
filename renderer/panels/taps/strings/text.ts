/** The texts of the taps in the language of the moment. */

import { defineText } from '../../../model/language.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

export const tapsText = defineText('taps', en, zhCn);
