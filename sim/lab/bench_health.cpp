// What health checks cost as events.

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sim/lab/bench.hpp"
#include "sim/model/container.hpp"
#include "sim/model/engine.hpp"
#include "sim/programs/table.hpp"

namespace podium::lab {

namespace {

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

constexpr Duration kSettling = seconds(45);  // every server is ready and has passed its first check

struct Watched {
    double seconds = 0;
    std::uint64_t events = 0;
    std::uint64_t facts = 0;
    std::uint64_t probes = 0;
    std::size_t journal_bytes = 0;
};

model::World servers(const HealthWish& wish, const std::string& catalogue, bool checked) {
    model::World world(wish.seed);
    auto parsed = model::parse_catalogue(catalogue, "images.yaml");
    PODIUM_ASSERT(parsed.ok(), "the bundled catalogue can be read");
    world.catalogue = std::make_shared<const model::Catalogue>(std::move(*parsed));
    world.programs = programs::make_program_table();
    model::HostSpec spec;
    spec.cpu_millicores = 64'000'000;
    spec.memory_bytes = 1LL << 44;
    spec.disk_bytes = 1LL << 44;
    const model::HostId host = model::add_host(world, std::move(spec));
    const model::ImageReference reference = model::parse_image_reference("nginx")->with_default_tag();
    const model::ImagePointer image = world.catalogue->image(reference);
    for (const model::ImageLayer& layer : image->layers) world.host(host).images.add_layer(layer);
    world.host(host).images.add(reference, image, Time{});
    auto container = std::make_shared<model::ContainerSpec>();
    container->image = "nginx";
    if (checked) {
        container->health_check.emplace();
        container->health_check->test = {"CMD-SHELL", "curl -f http://localhost/"};
    }
    for (std::uint32_t i = 1; i <= wish.containers; ++i) {
        const model::Creation made = model::create_container(world, host, container, fmt::format("web{}", i));
        PODIUM_ASSERT(made.container, "a server can be created");
        world.detail(made.container).locked_by_engine = true;
        model::begin_start(world, made.container, model::StartReason::Request, true, {});
        world.kernel.set_cause({});
    }
    return world;
}

void run_world(model::World& world, Time end) {
    while (world.kernel.next_time() <= end) model::handle_model_event(world, world.kernel.take_next());
    world.kernel.advance_to(end);
}

Watched watch(const HealthWish& wish, const std::string& catalogue, bool checked, const BenchGauges& gauges) {
    model::World world = servers(wish, catalogue, checked);
    run_world(world, Time{} + kSettling);
    const std::uint64_t events = world.kernel.events_handled();
    const FactId facts = world.kernel.journal().last();
    const std::size_t bytes = world.kernel.journal().memory_bytes();
    const double begun = gauges.seconds();
    run_world(world, world.kernel.now() + seconds(wish.simulated_seconds));
    Watched out;
    out.seconds = gauges.seconds() - begun;
    out.events = world.kernel.events_handled() - events;
    out.facts = world.kernel.journal().size() - facts.value;
    out.journal_bytes = world.kernel.journal().memory_bytes() - bytes;
    world.kernel.journal().for_each(FactId{facts.value + 1}, [&out](const Fact& fact) { out.probes += fact.kind == model::kFactContainerHealthProbe ? 1 : 0; });
    return out;
}

}  // namespace

std::string run_health(const HealthWish& wish, const std::string& catalogue, const BenchGauges& gauges) {
    std::vector<double> with;
    std::vector<double> without;
    Watched checked;
    for (int round = 0; round < wish.rounds; ++round) {
        checked = watch(wish, catalogue, true, gauges);
        with.push_back(checked.seconds);
        without.push_back(watch(wish, catalogue, false, gauges).seconds);
    }
    const double probes = static_cast<double>(std::max<std::uint64_t>(1, checked.probes));
    return fmt::format(
        "{{\"benchmark\":\"health\",\"containers\":{},\"simulated_seconds\":{},\"rounds\":{},\"probes\":{},\"seconds_with_checks\":{:.3f},\"seconds_without_checks\":{:.3f},"
        "\"microseconds_per_probe\":{:.1f},\"events_per_probe\":{:.1f},\"facts_per_probe\":{:.1f},\"journal_bytes_per_probe\":{:.1f}}}\n",
        wish.containers, wish.simulated_seconds, wish.rounds, checked.probes, median(with), median(without), (median(with) - median(without)) * 1e6 / probes, static_cast<double>(checked.events) / probes,
        static_cast<double>(checked.facts) / probes, static_cast<double>(checked.journal_bytes) / probes);
}

}  // namespace podium::lab
