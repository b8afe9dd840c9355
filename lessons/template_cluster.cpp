#include <utility>

#include "lessons/template.hpp"

namespace podium::lessons {
namespace {

constexpr std::string_view kClusterLesson = R"(---
title: A new lesson
summary: One sentence about what is learned.
version: 1
minutes: 5
images: [redis:7]
cluster: @cluster@
swarm: formed
---

## Read: What this is about

You sit at `@host@`, a manager of a swarm:

```console
@host@$ docker node ls --format '{{.Hostname}}: {{.Status}}'
...
@host@: Ready
...
```

## Predict: One process dies

```choice
id: after-kill
question: A service has two tasks, and the process of one is killed. How many of them run twenty seconds later?
key: after-kill
after: start
answers:
  one: One.
  two: Two.
because:
  one: Two are wanted, and Swarm counts. Five seconds later a new task has taken the place.
  two: Something kept the new task from starting.
```

## Do: Start the service {#start}

Create a service named `cache` of the image `redis:7`, with two tasks.

```hints
- id: only-one
  for: two tasks run
  when: no-replicas
  concept: A service has as many tasks as it is asked for, and without a word that is one.
  where: Look at the options of `docker service create --help`.
  almost: Type `docker service scale cache=2`, or create it with `--replicas 2`.
- id: nothing-runs
  for: two tasks run
  concept: A swarm runs what its managers were asked for.
  where: "`docker service` has a word that creates one."
  almost: Type `docker service create --name cache --replicas 2 redis:7`.
```

## Explain: Why it came back

```why
cache
```
)";

constexpr std::string_view kClusterLab =
    R"(-- What happens and what must hold. `podium docs lua` lists all words.

step("start", function()
  stable(function() return service("cache"):count() == 2 end, "0s", "two tasks run")
end)

-- The prediction's key, computed in a copy of the run.
key("after-kill", function()
  kill("cache")
  wait("20s")
  return service("cache"):count() == 2 and "two" or "one"
end)

hint("no-replicas", function() return typed("create") > 0 end)
)";

constexpr std::string_view kClusterSolution = R"(# step: start
docker service create --name cache --replicas 2 redis:7
)";

constexpr std::string_view kClusterWrongOne = R"(# hint: only-one
# step: start
docker service create --name cache redis:7
)";

constexpr std::string_view kClusterWrongContainer = R"(# A container of one host is no service.
# hint: nothing-runs
# step: start
docker run -d --name cache redis:7
)";

std::string filled(std::string_view text, const std::string& cluster, const std::string& host) {
    std::string out(text);
    for (const auto& [mark, word] :
         {std::pair{"@cluster@", &cluster}, std::pair{"@host@", &host}}) {
        for (std::size_t at = out.find(mark); at != std::string::npos;
             at = out.find(mark, at + word->size()))
            out.replace(at, std::string_view(mark).size(), *word);
    }
    return out;
}

}  // namespace

std::vector<WrittenFile> cluster_lesson_template(const std::string& cluster,
                                                 const std::string& host) {
    return {{"lesson.md", filled(kClusterLesson, cluster, host)},
            {"lab.lua", std::string(kClusterLab)},
            {"solution.sh", std::string(kClusterSolution)},
            {"wrong-only-one.sh", std::string(kClusterWrongOne)},
            {"wrong-container.sh", std::string(kClusterWrongContainer)}};
}

}  // namespace podium::lessons
