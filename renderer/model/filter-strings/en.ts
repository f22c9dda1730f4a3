/** What is wrong with a filter, the same over every list: the key is the fault's code. */
export const en = {
  'unknown-field': 'There is no field “{{word}}”. Fields: {{expected}}.',
  'unknown-value': '“{{word}}” is no value of {{field}}. Values: {{expected}}.',
  'missing-value': 'A value is missing after “{{word}}”.',
  'bad-number': '“{{word}}” is no number and no comparison such as >10; a time has a unit: >1.5s, <20ms.',
  'bad-topic-filter': '“{{word}}” is no MQTT topic filter: # only at the end, + only as a whole level.',
  'operator-not-allowed': '“{{word}}”: {{field}} cannot be compared in that way.',
  'bad-bytes':
    '“{{word}}” is no bytes: 0x and pairs of hexadecimal digits, such as 0x48ff. Quote it to look for the text.',
  'bad-path': '“{{word}}” is no path into JSON, such as payload.sensors[0].temp.',
  'bad-pattern': '“{{word}}” is no regular expression in RE2 syntax; the only flag behind it is i.',
  'unclosed-pattern': 'This regular expression is never closed with /.',
  'unclosed-quote': 'This quotation mark is never closed.',
  'unclosed-parenthesis': 'This parenthesis is never closed.',
  'unexpected-parenthesis': 'This parenthesis was never opened.',
  'not-for-flows': '“{{word}}” means something for packets only.',
  'not-for-packets': '“{{word}}” means nothing where packets are written as they come.',
  'too-long': 'This filter is too long: {{word}} characters at most.',
  'too-deep': 'Too many parentheses or negations inside of each other: {{word}} at most.',
  'too-many-terms': 'This filter has too many terms: {{word}} at most.',
  'missing-term': 'Something to look for is missing here.',
} as const;
