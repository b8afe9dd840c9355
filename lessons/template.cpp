#include "lessons/template.hpp"

namespace podium::lessons {
namespace {

constexpr std::string_view kLesson = R"(---
title: A new lesson
summary: One sentence about what is learned.
version: 1
minutes: 5
directory: /root/shop
project: project
images: [redis:7]
---

## Read: What this is about

In `/root/shop` lies a small project with one service:

```console
$ cat compose.yaml
services:
  cache:
    image: redis:7
```

## Predict: One process dies

```choice
id: after-kill
question: The service runs, then its process is killed. What do you see ten seconds later?
key: after-kill
after: start
answers:
  runs: It runs again.
  down: It is down.
because:
  runs: Nothing was told to restart it. That takes a restart policy, and this service has none.
  down: Something has restarted it.
```

## Do: Start the project {#start}

Start the service in the background.

```hints
- id: not-in-background
  when: attached
  concept: A project that runs in the foreground ends with the command that started it.
  where: Look at the options of `docker compose up --help`.
  almost: Type `docker compose up -d`.
- id: nothing-runs
  for: the cache runs
  concept: A file only describes services. Something has to create their containers.
  where: Compose has one command that creates and starts all that a file describes.
  almost: Type `docker compose up -d`.
```

## Explain: Why it stayed down

The key of your prediction came from a copy of your run: there the process was killed. In your own run it still runs,
as `docker compose ps` shows. This is what led to it:

```why
cache
```
)";

constexpr std::string_view kLab =
    R"(-- What happens and what must hold. `podium docs lua` lists all words.

step("start", function()
  stable(function() return service("cache"):running() end, "0s", "the cache runs")
end)

-- The prediction's key, computed in a copy of the run.
key("after-kill", function()
  kill("cache")
  wait("10s")
  return service("cache"):running() and "runs" or "down"
end)

hint("attached", function()
  return typed("up") > 0 and typed("-d") == 0
end)
)";

constexpr std::string_view kProject = R"(services:
  cache:
    image: redis:7
)";

constexpr std::string_view kSolution = R"(# step: start
docker compose up -d
)";

constexpr std::string_view kWrongNothing = R"(# hint: nothing-runs
# step: start
docker compose config
)";

constexpr std::string_view kWrongAttached = R"(# hint: not-in-background
# step: start
timeout 20 docker compose up
)";

}  // namespace

const std::vector<TemplateFile>& lesson_template() {
    static const std::vector<TemplateFile> files{
        {"lesson.md", kLesson},
        {"lab.lua", kLab},
        {"project/compose.yaml", kProject},
        {"solution.sh", kSolution},
        {"wrong-nothing.sh", kWrongNothing},
        {"wrong-attached.sh", kWrongAttached},
    };
    return files;
}

}  // namespace podium::lessons
