#include <fmt/format.h>

#include "sim/model/world.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

/// cat [-nbe...] [FILE]...
class Cat final : public Cloned<Cat, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (first_step()) {
            const Options options =
                read_options(argv(),
                             {"nbu", {{"number", 'n'}, {"number-nonblank", 'b'}}, "AeEstTv"},
                             is_gnu(system));
            if (!options.problem.empty()) {
                complain_of_options(system, name(), options);
                return Step::exit(1);
            }
            number_blank_ = options.has('n') && !options.has('b');
            number_ = options.has('n') || options.has('b');
            input_.set_files(options.operands);
        }
        std::size_t copied = 0;
        while (copied < kMostBytesAStep) {
            std::string data;
            switch (input_.next_chunk(system, data)) {
                case Input::Item::Data:
                    copied += data.size();
                    if (!number_ && input_.reads_zeros(system)) {
                        const Errno error = ProcessContext::of(system).write_zeros(1, static_cast<std::int64_t>(data.size()));
                        if (error == Errno::None) break;
                    }
                    output_.add(number_ ? numbered(data) : data);
                    if (const auto failed = output_.flush(system, name()))
                        return Step::exit(*failed);
                    break;
                case Input::Item::FileBegins:
                    if (is_gnu(system) && writes_to_itself(system)) {
                        complain(system, fmt::format("{}: input file is output file", input_.name()));
                        status_ = 1;
                        input_.skip_file(system);
                    }
                    break;
                case Input::Item::FileEnds:
                    break;
                case Input::Item::Failed:
                    complain(system, input_.cannot_open(is_gnu(system)));
                    status_ = 1;
                    break;
                case Input::Item::Pause:
                case Input::Item::Wait:
                    return Step::block();
                case Input::Item::End:
                    return Step::exit(status_);
            }
        }
        return input_.busy(system, copied);
    }

  private:
    // Whether what is read and not empty is the file that is written to (coreutils cat.c).
    bool writes_to_itself(System& system) const {
        ProcessContext& context = ProcessContext::of(system);
        const auto file_of = [&context](int descriptor) -> const model::Stream* {
            const model::StreamId id = context.stream_of(descriptor);
            const model::Stream* stream = id ? context.world().streams.find(id) : nullptr;
            return stream != nullptr && stream->kind == model::Stream::Kind::File ? stream : nullptr;
        };
        const model::Stream* from = file_of(input_.descriptor());
        const model::Stream* to = file_of(1);
        if (from == nullptr || to == nullptr || from->host != to->host || from->container != to->container || from->path != to->path) return false;
        return system.stat(from->path).size_bytes > from->offset;
    }

    std::string numbered(const std::string& data) {
        std::string out;
        for (const char c : data) {
            if (at_line_start_ && (number_blank_ || c != '\n'))
                out += fmt::format("{:6}\t", ++line_);
            out += c;
            at_line_start_ = c == '\n';
        }
        return out;
    }

    Input input_;
    Output output_;
    bool number_ = false;
    bool number_blank_ = false;
    bool at_line_start_ = true;
    int line_ = 0;
    int status_ = 0;
};

}  // namespace

std::unique_ptr<shell::Program> make_cat(Start start) {
    return std::make_unique<Cat>(std::move(start));
}

}  // namespace podium::programs::small
