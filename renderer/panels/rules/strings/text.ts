/** The texts of the rules in the language of the moment. */

import { defineText } from '../../../model/language.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

export const rulesText = defineText('rules', en, zhCn);
