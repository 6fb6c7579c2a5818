import { buffer } from 'node:stream/consumers';
import { defineTask, type Run } from 'callback-completion/task';
import PDFDocument from 'pdfkit';
import * as z from 'zod/mini';

export const definition = defineTask({ input: z.strictObject({ title: z.string() }) });

/** Writes a PDF: pdfkit reads its fonts from its own folder, so `nodeModules` installs it. */
export const run: Run<typeof definition> = async ({ title }) => {
  const document = new PDFDocument({ info: { Title: title } });
  const written = buffer(document);
  document.font('Helvetica').text('It is done.');
  document.addPage().font('Times-Bold').text('Page two');
  document.end();
  const pdf = (await written).toString('latin1');
  return {
    start: pdf.slice(0, 8),
    end: pdf.trimEnd().slice(-5),
    pages: pdf.match(/\/Type \/Page$/gm)?.length,
    fonts: [...pdf.matchAll(/\/BaseFont \/(\S+)/g)].map(([, name]) => name).sort(),
    hasTitle: pdf.includes(`(${title})`),
  };
};
