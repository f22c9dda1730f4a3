/** The texts of the Connection panel in the language of the moment. */

import { defineText } from '../../../model/language.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

export const connectionText = defineText('connection', en, zhCn);
export type ConnectionText = typeof connectionText;
