// The screen "Set up".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function SetUp() {
  return (
    <Page title="Set up">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
