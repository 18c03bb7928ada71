// The functions of the quick start: a sign-up fans out to three of them, a fourth orchestrates the onboarding, one
// fails for good, and a monitor handles that.

import { eventType, Inngest, NonRetriableError, staticSchema } from "stepwell";

interface SignUp {
  userId: string;
  email: string;
}

const signUp = eventType("user/signup.completed", { schema: staticSchema<SignUp>() });

/** @param baseUrl address of the Stepwell server. */
export function quickstartApp(baseUrl: string) {
  const client = new Inngest({ id: "quickstart", isDev: true, baseUrl });

  const sendWelcomeEmail = client.createFunction(
    { id: "send-welcome-email", triggers: [{ event: signUp }] },
    async ({ event, step }) => {
      await step.run("send-email", () => ({ to: event.data.email, template: "welcome" }));
    },
  );

  const createTrial = client.createFunction(
    { id: "create-trial", triggers: [{ event: signUp }] },
    async ({ event, step }) => {
      await step.run("create-subscription", () => ({ userId: event.data.userId, plan: "trial", days: 14 }));
    },
  );

  const addToCrm = client.createFunction(
    { id: "add-to-crm", triggers: [{ event: signUp }] },
    async ({ event, step }) => {
      await step.run("crm-sync", () => ({ contact: event.data.email }));
    },
  );

  // Sends three requests, waits for all three answers at once, and completes.
  const orchestrateOnboarding = client.createFunction(
    { id: "orchestrate-onboarding", triggers: [{ event: signUp }] },
    async ({ event, step }) => {
      await step.sendEvent("fan-out", [
        { name: "email/welcome.requested", data: event.data },
        { name: "subscription/trial.requested", data: event.data },
        { name: "crm/contact.requested", data: event.data },
      ]);
      const answer = { timeout: "5m", if: "event.data.userId == async.data.userId" };
      const [email, subscription, contact] = await Promise.all([
        step.waitForEvent("wait-for-email", { event: "email/welcome.sent", ...answer }),
        step.waitForEvent("wait-for-subscription", { event: "subscription/trial.created", ...answer }),
        step.waitForEvent("wait-for-contact", { event: "crm/contact.added", ...answer }),
      ]);
      return await step.run("complete-onboarding", () => ({
        email: email !== null,
        subscription: subscription !== null,
        contact: contact !== null,
      }));
    },
  );

  const answers: Readonly<Record<string, string>> = {
    "email/welcome.requested": "email/welcome.sent",
    "subscription/trial.requested": "subscription/trial.created",
    "crm/contact.requested": "crm/contact.added",
  };

  // Stands for three services that do what they are asked and say so, after a moment.
  const answerRequests = client.createFunction(
    {
      id: "answer-requests",
      triggers: [
        { event: "email/welcome.requested" },
        { event: "subscription/trial.requested" },
        { event: "crm/contact.requested" },
      ],
    },
    async ({ event, step }) => {
      const name = answers[event.name];
      if (name === undefined) return;
      await step.sleep("take-a-moment", "1s");
      await step.sendEvent("answer", { name, data: { userId: event.data["userId"] } });
    },
  );

  const chargeCard = client.createFunction(
    { id: "critical-charge-card", triggers: [{ event: signUp }] },
    async ({ step }) => {
      await step.run("charge", () => {
        throw Object.assign(new NonRetriableError("The card was declined."), { code: "CARD_DECLINED" });
      });
    },
  );

  const handleFailedFunctions = client.createFunction(
    { id: "handle-failed-functions", triggers: [{ event: "inngest/function.failed" }] },
    async ({ event, step }) => {
      const { error, function_id: functionId } = event.data as {
        error: { message: string; code?: string };
        function_id: string;
      };
      await step.run("log-failure", () => `${functionId}: ${error.message}`);
      if (functionId.includes("critical"))
        await step.run("send-alert", () => ({ alerted: "on-call", code: error.code ?? null }));
    },
  );

  return {
    client,
    functions: [
      sendWelcomeEmail,
      createTrial,
      addToCrm,
      orchestrateOnboarding,
      answerRequests,
      chargeCard,
      handleFailedFunctions,
    ],
  };
}

/** How each run of the quick start should end, by function. */
export const expectedRuns: Readonly<Record<string, { readonly status: string; readonly count: number }>> = {
  "send-welcome-email": { status: "COMPLETED", count: 1 },
  "create-trial": { status: "COMPLETED", count: 1 },
  "add-to-crm": { status: "COMPLETED", count: 1 },
  "orchestrate-onboarding": { status: "COMPLETED", count: 1 },
  "answer-requests": { status: "COMPLETED", count: 3 },
  "critical-charge-card": { status: "FAILED", count: 1 },
  "handle-failed-functions": { status: "COMPLETED", count: 1 },
};
