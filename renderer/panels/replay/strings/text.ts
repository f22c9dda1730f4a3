/** The Replay panel's texts in the language of the moment. */

import { defineText } from '../../../model/language.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

export const replayText = defineText('replay', en, zhCn);
