#pragma once

// Where the checkout is, for tests that read its data. A function of one small source, so that compiling all other
// tests does not depend on the place and a compiler cache serves every checkout.

#include <string>

namespace podium::test {

/// The checkout's folder, absolute, without a slash at its end.
const std::string& source_directory();

}  // namespace podium::test
