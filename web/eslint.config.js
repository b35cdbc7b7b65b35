import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// Words stand in src/locales: text between tags, in attributes that people read or hear, and in notices is asked for by key.
const said = '(label|title|placeholder|alt|description|lead|header|message|effect|act|why|hint|error|aria-label|aria-description)';
const message = 'Words stand in src/locales: ask for them by key.';
const places = [
  `JSXAttribute[name.name=/^${said}$/]`,
  `JSXAttribute[name.name=/^${said}$/] > JSXExpressionContainer`,
  `JSXAttribute[name.name=/^${said}$/] > JSXExpressionContainer > :matches(ConditionalExpression, LogicalExpression)`,
  ':matches(JSXElement, JSXFragment) > JSXExpressionContainer',
  ':matches(JSXElement, JSXFragment) > JSXExpressionContainer > :matches(ConditionalExpression, LogicalExpression)',
  'CallExpression[callee.property.name="show"] Property[key.name=/^(title|message)$/]',
];
const noWords = [
  { selector: 'JSXText[value=/\\p{L}{2}/u]', message },
  ...places.flatMap((place) => [
    { selector: `${place} > Literal[value=/\\p{L}{2}/u]`, message },
    { selector: `${place} > TemplateLiteral > TemplateElement[value.raw=/\\p{L}{2}/u]`, message },
  ]),
  // A label in a table may be a key; a sentence or a capital is none.
  { selector: 'Property[key.name=/^(label|header|title|placeholder)$/] > Literal[value=/^\\p{Lu}\\p{Ll}|\\p{L} \\p{L}/u]', message },
];

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'max-lines': ['error', 300],
      'no-console': 'error',
      // Numbers in templates are how counts reach addresses and keys; nothing else may.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An event handler that returns a promise is React's normal case: failures are caught by the query client.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // `onClick={() => navigate(...)}` reads better than a block for one call.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // The router throws its redirects; they are not errors and are not meant to be.
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/locales/**', 'src/**/*.test.*'],
    rules: { 'no-restricted-syntax': ['error', ...noWords] },
  },
  {
    files: ['scripts/**/*.mjs', 'e2e/**/*.mjs', '*.config.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', document: 'readonly', window: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', fetch: 'readonly', Buffer: 'readonly', localStorage: 'readonly', URL: 'readonly' } },
  },
);
