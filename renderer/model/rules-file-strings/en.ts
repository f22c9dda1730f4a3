/** Words about files of rules, the same for rules of packets on their way and for those that colour. */
export const en = {
  open: 'Open file…',
  save: 'Save to file…',
  question_one: 'The file holds {{count}} rule, {{on}} of them on. There are rules already.',
  question_other: 'The file holds {{count}} rules, {{on}} of them on. There are rules already.',
  replace: 'Replace them',
  append: 'Append',
  'fault.file': 'The file cannot be used: {{reason}}',
  'fault.not-json': 'it is not JSON from line {{line}}, column {{column}} on.',
  'fault.not-rules': 'it holds no rules of this kind.',
  'fault.newer-version': 'its version {{version}} is newer than the {{newest}} that this program reads.',
  'fault.bad-member': '{{path}} should be {{expected}} and is {{received}}.',
  'fault.bad-filter': 'the filter of rule {{rule}} cannot be read at character {{position}}: {{fault}}',
  'fault.too-many': 'that would be {{count}} rules, and {{most}} is the most.',
  'fault.file.hint': 'Nothing was changed.',
  cancel: 'Cancel',
  dismiss: 'Dismiss',
} as const;
