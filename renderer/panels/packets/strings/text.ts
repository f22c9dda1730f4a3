/** The Packets panel's texts in the language of the moment. */

import { defineText } from '../../../model/language.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

export const packetsText = defineText('packets', en, zhCn);
