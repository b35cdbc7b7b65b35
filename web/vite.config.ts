import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The application is built into dist/app; dist/index.html beside it is the placeholder of a fresh clone.
export default defineConfig({
  plugins: [react()],
  build: { outDir: 'dist/app', emptyOutDir: true, target: 'es2022', manifest: true },
  server: { proxy: { '/v1': process.env.SAVELINE_URL ?? 'http://127.0.0.1:8080' } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'] },
});
