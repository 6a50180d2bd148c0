// The screen "Event".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Event() {
  return (
    <Page title="Event">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
