#include "sim/lab/rows.hpp"

#include "sim/view/describe.hpp"

namespace podium::lab {

std::string row_of(const Session& session, const Fact& fact) { return view::fact_row(session.world(), fact_catalogue(), fact); }

}  // namespace podium::lab
