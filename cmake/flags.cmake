# What holds for every build whatever its type: assertions stay on, and ccache is used where there is one.

foreach(type RELWITHDEBINFO RELEASE MINSIZEREL)
  string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_${type} "${CMAKE_CXX_FLAGS_${type}}")
endforeach()

if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(PODIUM_CCACHE ccache DOC "speeds up building again; not needed")
  if(PODIUM_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${PODIUM_CCACHE}")
  endif()
endif()

# Messages that name a source file name it from the root of the tree, wherever the tree is.
add_compile_options("-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=")
