#pragma once

// The catalogue of a text, read once for all the runs of a thread: reading takes longer than many a run.
//
// What is kept is immutable and follows from the text alone, so that no run can tell whether it was
// read for it or before. Each thread keeps its own.

#include <memory>
#include <string>

#include "sim/model/behaviour.hpp"

namespace podium::model {

/// The texts a thread keeps at a time; the one asked for least recently goes.
inline constexpr std::size_t kMostSharedCatalogues = 4;

/// As parse_catalogue; the same pointer for the same text, as long as that is kept. Errors are not kept.
Result<std::shared_ptr<const Catalogue>> shared_catalogue(const std::string& text, const std::string& filename);

}  // namespace podium::model
