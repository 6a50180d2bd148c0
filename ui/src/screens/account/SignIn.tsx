// The screen "Sign in".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function SignIn() {
  return (
    <Page title="Sign in">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
