import { Button, Checkbox, Group, NativeSelect, Stack, Table, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, put } from '../api/http';
import { billingCodes, type Reason } from '../api/save';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { Page, Panel } from '../ui/page';
import { word } from '../ui/words';

/** Why customers leave: the client's tree. */
export function Reasons() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { clientId } = useClientChoice();
  const client = clientId ?? me.clients[0]?.id;
  const query = useQuery({ queryKey: ['reasons', client], queryFn: () => get<List<Reason>>('/v1/reasons', { clientId: client }) });
  return (
    <Page title={t('reasons.title')} lead={t('reasons.lead')}>
      <Answer query={query}>{(data) => <Editor key={client} client={client} read={data.items} />}</Answer>
    </Page>
  );
}

/** What is sent: a reason without a code was not filled in. */
export function reasonsOf(rows: Reason[]): Reason[] {
  return rows.filter((row) => row.code.trim() !== '').map((row) => ({ ...row, code: row.code.trim(), name: row.name.trim() }));
}

function Editor({ client, read }: { client: number | undefined; read: Reason[] }) {
  const { t } = useTranslation();
  const [rows, setRows] = useState(read);
  const save = useAct(() => put('/v1/reasons', { clientId: client, reasons: reasonsOf(rows) }), { renew: [['reasons']], done: t('reasons.saved') });
  const change = (i: number, part: Partial<Reason>) => setRows(rows.map((row, at) => (at === i ? { ...row, ...part } : row)));
  const add = () => setRows([...rows, { code: '', parent: '', name: '', saveable: true, active: true, billingCode: 'other' }]);
  return (
    <Panel>
      <Stack>
        <Table.ScrollContainer minWidth={640}>
          <Table aria-label={t('reasons.title')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('reasons.name')}</Table.Th><Table.Th>{t('reasons.code')}</Table.Th><Table.Th>{t('reasons.parent')}</Table.Th>
                <Table.Th>{t('reasons.saveable')}</Table.Th><Table.Th>{t('reasons.active')}</Table.Th><Table.Th>{t('reasons.billing')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row, i) => (
                <Table.Tr key={i < read.length ? row.code : `new-${i}`}>
                  <Table.Td><TextInput size="xs" aria-label={t('reasons.name')} value={row.name} maxLength={120} onChange={(event) => change(i, { name: event.currentTarget.value })} /></Table.Td>
                  <Table.Td><TextInput size="xs" aria-label={t('reasons.code')} value={row.code} maxLength={60} disabled={i < read.length} onChange={(event) => change(i, { code: event.currentTarget.value })} /></Table.Td>
                  <Table.Td>
                    <NativeSelect
                      size="xs" aria-label={t('reasons.parent')} value={row.parent} onChange={(event) => change(i, { parent: event.currentTarget.value })}
                      data={[{ value: '', label: t('reasons.top') }, ...rows.filter((other) => other.code !== '' && other.code !== row.code).map((other) => ({ value: other.code, label: other.name }))]}
                    />
                  </Table.Td>
                  <Table.Td><Checkbox aria-label={t('reasons.saveable')} checked={row.saveable} onChange={(event) => change(i, { saveable: event.currentTarget.checked })} /></Table.Td>
                  <Table.Td><Checkbox aria-label={t('reasons.active')} checked={row.active} onChange={(event) => change(i, { active: event.currentTarget.checked })} /></Table.Td>
                  <Table.Td>
                    <NativeSelect
                      size="xs" aria-label={t('reasons.billing')} value={row.billingCode} onChange={(event) => change(i, { billingCode: event.currentTarget.value })}
                      data={billingCodes.map((code) => ({ value: code, label: word(t, 'billingReason', code) }))}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Group>
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={add}>{t('reasons.add')}</Button>
          <Button loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('reasons.save')}</Button>
        </Group>
      </Stack>
    </Panel>
  );
}
