// The screen "Admin".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Admin() {
  return (
    <Page title="Admin">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
