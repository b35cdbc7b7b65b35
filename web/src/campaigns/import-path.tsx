import { Stepper } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign, Import, ImportPreview, LeadList, Mapping } from '../api/campaigns';
import { post } from '../api/http';
import { upload } from '../api/upload';
import { useAct } from '../ui/act';
import { ImportColumns } from './import-columns';
import { ImportFile } from './import-file';
import { ImportOptions, type OptionValues } from './import-options';
import { ImportProgress } from './import-progress';

interface ImportPathProps {
  campaign: Campaign;
  onClose: () => void;
}

/** An import as a path of four steps: the file, its columns, options, and the running import. */
export function ImportPath({ campaign, onClose }: ImportPathProps) {
  const { t } = useTranslation();
  const [step, setStep] = useState(0);
  const [file, setFile] = useState<File | null>(null);
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [mapping, setMapping] = useState<Mapping>({});
  const [sent, setSent] = useState(0);
  const [list, setList] = useState<LeadList | null>(null);
  const run = useAct(
    async (options: OptionValues): Promise<Import> => {
      if (!file || !preview) throw new Error('the import was started without a file');
      // A second try after a failed upload goes on with the list that the first one made.
      const target = list?.name === options.listName ? list : await post<LeadList>(`/v1/campaigns/${campaign.id}/lists`, { name: options.listName });
      setList(target);
      setStep(3);
      return upload<Import>(`/v1/lists/${target.id}/imports`, {
        fileName: file.name, mapping: JSON.stringify(mapping), separator: preview.separator, encoding: preview.encoding,
        generatePhones: options.generate ? options.seed : undefined,
      }, file, setSent);
    },
    { renew: [['lists'], ['imports'], ['campaigns', campaign.id]], quiet: true },
  );
  const again = () => {
    setStep(0);
    setFile(null);
    setPreview(null);
    setList(null);
    setSent(0);
    run.reset();
  };
  return (
    <Stepper active={step} size="xs" iconSize={28} allowNextStepsSelect={false}>
      <Stepper.Step label={t('imports.step.file')}>
        <ImportFile onRead={(chosen, read) => {
          setFile(chosen);
          setPreview(read);
          setMapping(read.guess);
          setStep(1);
        }}
        />
      </Stepper.Step>
      <Stepper.Step label={t('imports.step.columns')}>
        {preview && (
          <ImportColumns
            preview={preview} mapping={mapping} onBack={() => setStep(0)} onNext={(chosen) => {
              setMapping(chosen);
              setStep(2);
            }}
          />
        )}
      </Stepper.Step>
      <Stepper.Step label={t('imports.step.options')}>
        {file && <ImportOptions fileName={file.name} hasPhone={mapping.phone !== undefined} onBack={() => setStep(1)} onStart={(options) => run.mutate(options)} />}
      </Stepper.Step>
      <Stepper.Step label={t('imports.step.run')}>
        <ImportProgress campaign={campaign} started={run.data} sent={sent} error={run.error} onBack={() => setStep(2)} onAgain={again} onClose={onClose} />
      </Stepper.Step>
    </Stepper>
  );
}
