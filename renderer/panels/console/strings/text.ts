/** The texts of the Console panel in the language of the moment. */

import { defineText } from '../../../model/language.ts';
import { en } from './en.ts';
import { zhCn } from './zh-cn.ts';

export const consoleText = defineText('console', en, zhCn);
