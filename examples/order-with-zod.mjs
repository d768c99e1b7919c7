// A mail into a typed order. The schema is zod's: the JSON that the model writes fits it by construction, and what comes
// back went through zod, so that dates are dates.
//
//   node examples/order-with-zod.mjs
import { loadModel } from 'grammask';
import { z } from 'zod';

const Order = z.object({
  customer: z.string(),
  pages: z.int().min(1).max(500),
  urgent: z.boolean(),
  size: z.enum(['A3', 'A4', 'A5']).default('A4'),
  received: z
    .string()
    .regex(/^2026-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$/)
    .transform((day) => new Date(day)),
});

const mail =
  'Hi, this is Ada Byron. I need 14 pages printed in A3, and it is urgent. I brought them on 2026-03-09.';

const model = await loadModel();
try {
  const { value } = await model.generate({ messages: [{ role: 'user', content: mail }], schema: Order });
  console.log(value);
} finally {
  await model.dispose();
}
