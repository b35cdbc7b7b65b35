import './app/mantine.css';
import '@mantine/notifications/styles.css';
import './app/app.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { languageHere } from './app/language';
import { LiveProvider } from './app/live';
import { makeQueries } from './app/queries';
import { makeRouter } from './app/router';
import { resolveColors, theme } from './app/theme';
import { startLanguage } from './locales';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

await startLanguage(languageHere());
const queries = makeQueries(() => void router.invalidate());
const router = makeRouter(queries);

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={resolveColors} defaultColorScheme="auto">
      <Notifications position="bottom-right" limit={4} />
      <QueryClientProvider client={queries}>
        <LiveProvider>
          <RouterProvider router={router} />
        </LiveProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
