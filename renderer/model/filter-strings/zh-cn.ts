/** 过滤器的错误说明，所有列表通用：键即错误代码。 */
export const zhCn = {
  'unknown-field': '没有字段“{{word}}”。可用字段：{{expected}}。',
  'unknown-value': '“{{word}}”不是 {{field}} 的值。可用值：{{expected}}。',
  'missing-value': '“{{word}}”后面缺少值。',
  'bad-number': '“{{word}}”不是数字、比较（如 >10）或范围。',
  'bad-topic-filter': '“{{word}}”不是 MQTT 主题过滤器：# 只能在末尾，+ 必须占据整层。',
  'operator-not-allowed': '“{{word}}”：{{field}} 不能用 < 或 > 比较。',
  'unclosed-quote': '此引号没有闭合。',
  'unclosed-parenthesis': '此括号没有闭合。',
  'unexpected-parenthesis': '此括号没有对应的左括号。',
  'not-for-flows': '“{{word}}”只适用于报文。',
  'not-for-packets': '“{{word}}”只适用于“流程”面板。',
  'missing-term': '此处缺少要查找的内容。',
} as const;
