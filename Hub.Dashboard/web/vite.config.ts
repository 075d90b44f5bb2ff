import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The hub that `npm run dev` talks to; `npm run mock` is one without a hub.
const hub = process.env.HUB_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../wwwroot',
    emptyOutDir: true,
    chunkSizeWarningLimit: 1500,
  },
  worker: { format: 'es' },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': hub,
      '/openapi': hub,
      '/healthz': hub,
      '/metrics': hub,
      '/hubs': { target: hub, ws: true },
    },
  },
  test: { include: ['test/**/*.test.{ts,tsx}'] },
});
