/** The Compare panel's texts in the language of the moment. */

import { defineText } from '../../../model/language.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

export const compareText = defineText('compare', en, zhCn);
export type CompareText = typeof compareText;
