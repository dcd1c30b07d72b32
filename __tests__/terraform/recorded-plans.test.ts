/** The recorded plans, which need no terraform. */
import { claims, recordedFolder, type RecordedPlan, recordedPlans } from "./recorded-plans";

test.each(Object.entries(recordedPlans))("%s is what it says: %s", async (name) => {
  expect.hasAssertions();
  await claims[name as RecordedPlan](recordedFolder, name);
});
