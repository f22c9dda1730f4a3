/** 规则文件的文字：报文规则与着色规则共用。 */
export const zhCn = {
  open: '打开文件…',
  save: '保存到文件…',
  question_other: '文件中有 {{count}} 条规则，其中 {{on}} 条已启用。当前已有规则。',
  replace: '替换现有规则',
  append: '追加',
  'fault.file': '无法使用此文件：{{reason}}',
  'fault.not-json': '从第 {{line}} 行第 {{column}} 列起不是 JSON。',
  'fault.not-rules': '其中没有这种规则。',
  'fault.newer-version': '其版本 {{version}} 比本程序能读取的 {{newest}} 更新。',
  'fault.bad-member': '{{path}} 应为 {{expected}}，实际为 {{received}}。',
  'fault.bad-filter': '第 {{rule}} 条规则的过滤条件在第 {{position}} 个字符处无法读取：{{fault}}',
  'fault.too-many': '这样将有 {{count}} 条规则，而上限是 {{most}} 条。',
  'fault.file.hint': '未作任何更改。',
  cancel: '取消',
  dismiss: '关闭',
} as const;
