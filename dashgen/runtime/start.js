// What the rest of the script does when it has come, and what it answers for `dashgen`.

function start() {
  attachTables();
  csv.attach();
  attachAbout();
  goLive();
}

async function beginFilters(content) {
  try {
    await control.begin(content);
  } finally {
    offerPicks();
    pickInTables();
  }
}

const joining = { start, begin: beginFilters, setFilters: control.setFilters, current: control.current };
