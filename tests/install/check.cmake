# cmake -DBUILD=... -DPREFIX=... -DBINARIES=bin -DDATA=share/podium -P check.cmake

function(run_or_die)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "`${command}` ended with ${status}:\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE "${PREFIX}")
run_or_die("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${PREFIX}" --component podium)
file(GLOB scenarios "${PREFIX}/${DATA}/scenarios/*")
if(NOT scenarios)
  message(FATAL_ERROR "no scenarios were installed in ${PREFIX}/${DATA}")
endif()

# The last run is kept in the user's state folder; the test's own stays in the test's folder.
set(ENV{XDG_STATE_HOME} "${PREFIX}/state")
set(ENV{HOME} "${PREFIX}")
run_or_die("${PREFIX}/${BINARIES}/podium" --version)
run_or_die("${PREFIX}/${BINARIES}/podium")
file(REMOVE_RECURSE "${PREFIX}")
