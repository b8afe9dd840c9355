# cmake -DBUILD=... -DPREFIX=... -DBINARIES=bin -DDATA=share/podium -P check_lab.cmake

function(run_or_die)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "`${command}` ended with ${status}:\n${output}")
  endif()
endfunction()

# run_and_refuse(<status> <words of its complaint> <command>...)
function(run_and_refuse wanted words)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE complaint)
  if(NOT status EQUAL wanted OR NOT complaint MATCHES "${words}")
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "`${command}` ended with ${status}, not ${wanted}:\n${complaint}")
  endif()
endfunction()

file(REMOVE_RECURSE "${PREFIX}")
run_or_die("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${PREFIX}" --component podium)
set(ENV{XDG_STATE_HOME} "${PREFIX}/state")
set(ENV{HOME} "${PREFIX}")
unset(ENV{DISPLAY})
unset(ENV{WAYLAND_DISPLAY})

# Without the package podium-lab there is no desktop, and podium says so.
run_and_refuse(2 "this podium has no desktop" "${PREFIX}/${BINARIES}/podium" lab)

run_or_die("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${PREFIX}" --component podium-lab)
run_or_die("${PREFIX}/${BINARIES}/podium-lab" --version)
run_or_die("${PREFIX}/${BINARIES}/podium" lab --version)
run_and_refuse(2 "there is no display" "${PREFIX}/${BINARIES}/podium" lab)
run_and_refuse(2 "--size can't be 'wide'" "${PREFIX}/${BINARIES}/podium" lab --size wide --screenshot "${PREFIX}/lab.png")
file(REMOVE_RECURSE "${PREFIX}")
