/** 过滤器的错误说明，所有列表通用：键即错误代码。 */
export const zhCn = {
  'unknown-field': '没有字段“{{word}}”。可用字段：{{expected}}。',
  'unknown-value': '“{{word}}”不是 {{field}} 的值。可用值：{{expected}}。',
  'missing-value': '“{{word}}”后面缺少值。',
  'bad-number': '“{{word}}”不是数字，也不是比较（如 >10）；时间须带单位，如 >1.5s、<20ms。',
  'bad-topic-filter': '“{{word}}”不是 MQTT 主题过滤器：# 只能在末尾，+ 必须占据整层。',
  'operator-not-allowed': '“{{word}}”：{{field}} 不能这样比较。',
  'bad-bytes': '“{{word}}”不是字节：应为 0x 加成对的十六进制数字，如 0x48ff。要查找文本请加引号。',
  'bad-path': '“{{word}}”不是 JSON 路径，正确写法如 payload.sensors[0].temp。',
  'bad-pattern': '“{{word}}”不是 RE2 语法的正则表达式；后面只能加标志 i。',
  'unclosed-pattern': '此正则表达式没有以 / 结束。',
  'unclosed-quote': '此引号没有闭合。',
  'unclosed-parenthesis': '此括号没有闭合。',
  'unexpected-parenthesis': '此括号没有对应的左括号。',
  'not-for-flows': '“{{word}}”只适用于报文。',
  'not-for-packets': '“{{word}}”只适用于“流程”面板。',
  'missing-term': '此处缺少要查找的内容。',
} as const;
