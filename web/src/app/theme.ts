import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const brand: MantineColorsTuple = [
  '#eef1ff', '#dfe4fd', '#bcc5f7', '#97a4f1', '#7887ec', '#6474e9', '#5869e8', '#4a59cf', '#404fba', '#3444a5',
];

/** Deeper than the library's, so that white words on it can be read. */
const red: MantineColorsTuple = [
  '#fff1f1', '#ffdfdf', '#ffc4c4', '#ff9d9d', '#f87171', '#ef4444', '#dc2626', '#c01d1d', '#a81b1b', '#8b1a1a',
];

/** The dark greys lean towards blue, as the panels do. */
const dark: MantineColorsTuple = [
  '#dfe3ec', '#b6bdcb', '#8b94a8', '#5c6578', '#3d4454', '#2a2f3b', '#1e222c', '#171a22', '#12151c', '#0f1117',
];

export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 7 },
  colors: { brand, red, dark },
  autoContrast: true,
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: { fontWeight: '620', sizes: { h3: { fontSize: '1.3rem' }, h5: { fontSize: '1rem' }, h6: { fontSize: '0.875rem' } } },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', checkIconPosition: 'right' } },
    NumberInput: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 400 } },
  },
});

/** Greys that reach 4.5 to 1 on both grounds; the library's own do not. */
export const resolveColors: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5a6172',
    '--mantine-color-placeholder': '#687083',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-error': '#c22525',
    '--mantine-color-anchor': '#4050bb',
    '--sl-ground': '#f7f8fa', '--sl-panel': '#ffffff', '--sl-line': '#e3e6ec', '--sl-hover': '#f1f3f7',
    '--sl-grey': '#4d5566', '--sl-grey-ground': '#eef0f4',
    '--sl-green': '#0b6b45', '--sl-green-ground': '#e3f6ec',
    '--sl-blue': '#2447b8', '--sl-blue-ground': '#e7edff',
    '--sl-amber': '#854d00', '--sl-amber-ground': '#fff2d6',
    '--sl-red': '#b01c1c', '--sl-red-ground': '#fde8e8',
    '--sl-violet': '#6632b0', '--sl-violet-ground': '#f2e9ff',
  },
  dark: {
    '--mantine-color-dimmed': '#a3abbd',
    '--mantine-color-placeholder': '#8b94a8',
    '--mantine-color-body': '#15181f',
    '--mantine-color-text': '#dfe3ec',
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-anchor': '#a5b1ff',
    '--sl-ground': '#0f1117', '--sl-panel': '#171a22', '--sl-line': '#2a2f3b', '--sl-hover': '#1e222c',
    '--sl-grey': '#b6bdcb', '--sl-grey-ground': '#262b36',
    '--sl-green': '#72dca8', '--sl-green-ground': '#12301f',
    '--sl-blue': '#a3b8ff', '--sl-blue-ground': '#1b2650',
    '--sl-amber': '#f3c26b', '--sl-amber-ground': '#3a2a0c',
    '--sl-red': '#ff9b9b', '--sl-red-ground': '#431a1c',
    '--sl-violet': '#cdaeff', '--sl-violet-ground': '#2f2148',
  },
});
