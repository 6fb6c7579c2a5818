import { defineTask, type Run } from 'callback-completion/task';
import sharp from 'sharp';
import * as z from 'zod/mini';

export const definition = defineTask({ input: z.strictObject({ width: z.int() }) });

/** Resizes an image: native code, which `nodeModules` installs. */
export const run: Run<typeof definition> = async ({ width }) => {
  const red = { r: 255, g: 0, b: 0 };
  const image = await sharp({ create: { width: 40, height: 20, channels: 3, background: red } })
    .png()
    .toBuffer();
  const small = await sharp(image).resize({ width }).png().toBuffer();
  const { format, width: smallWidth, height } = await sharp(small).metadata();
  const pixel = await sharp(small).raw().toBuffer();
  return { format, width: smallWidth, height, pixel: [...pixel.subarray(0, 3)] };
};
