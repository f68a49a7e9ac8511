# find_package(cloudbackupjobs): the targets cloudbackupjobs::shared and cloudbackupjobs::static.
#
# It finds the library beside itself, wherever the installed tree was moved to.

cmake_minimum_required(VERSION 3.10)

# PREFIX/share/cmake/cloudbackupjobs
get_filename_component(_cbj_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(WIN32)
    # As the zip has it: the DLL is beside the programs. MSVC and MinGW each have an import library of their own; the static library is MinGW's.
    set(_cbj_dll "${_cbj_prefix}/bin/cloudbackupjobs.dll")
    if(MSVC)
        set(_cbj_import "${_cbj_prefix}/lib/cloudbackupjobs.lib")
    else()
        set(_cbj_import "${_cbj_prefix}/lib/libcloudbackupjobs.dll.a")
    endif()
    if(EXISTS "${_cbj_dll}" AND EXISTS "${_cbj_import}" AND NOT TARGET cloudbackupjobs::shared)
        add_library(cloudbackupjobs::shared SHARED IMPORTED)
        set_target_properties(cloudbackupjobs::shared PROPERTIES
            IMPORTED_LOCATION "${_cbj_dll}"
            IMPORTED_IMPLIB "${_cbj_import}"
            INTERFACE_INCLUDE_DIRECTORIES "${_cbj_prefix}/include")
    endif()
    set(_cbj_archive "${_cbj_prefix}/lib/libcloudbackupjobs.a")
    if(EXISTS "${_cbj_archive}" AND NOT MSVC AND NOT TARGET cloudbackupjobs::static)
        add_library(cloudbackupjobs::static STATIC IMPORTED)
        set_target_properties(cloudbackupjobs::static PROPERTIES
            IMPORTED_LOCATION "${_cbj_archive}"
            INTERFACE_LINK_LIBRARIES "bcrypt;advapi32;kernel32;ntdll;userenv;ws2_32;dbghelp"
            INTERFACE_INCLUDE_DIRECTORIES "${_cbj_prefix}/include")
    endif()
    unset(_cbj_archive)
    unset(_cbj_dll)
    unset(_cbj_import)
else()
    set(_cbj_suffixes lib lib64)
    if(CMAKE_LIBRARY_ARCHITECTURE)
        list(INSERT _cbj_suffixes 0 "lib/${CMAKE_LIBRARY_ARCHITECTURE}")
    endif()
    foreach(_cbj_kind shared static)
        if(_cbj_kind STREQUAL "shared")
            set(_cbj_name "${CMAKE_SHARED_LIBRARY_PREFIX}cloudbackupjobs${CMAKE_SHARED_LIBRARY_SUFFIX}")
        else()
            set(_cbj_name "${CMAKE_STATIC_LIBRARY_PREFIX}cloudbackupjobs${CMAKE_STATIC_LIBRARY_SUFFIX}")
        endif()
        # A name of its own for each: find_library keeps what it found.
        unset(_cbj_file_${_cbj_kind} CACHE)
        find_library(_cbj_file_${_cbj_kind} NAMES "${_cbj_name}" PATHS "${_cbj_prefix}" PATH_SUFFIXES ${_cbj_suffixes}
            NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
        if(_cbj_file_${_cbj_kind} AND NOT TARGET cloudbackupjobs::${_cbj_kind})
            string(TOUPPER ${_cbj_kind} _cbj_upper)
            add_library(cloudbackupjobs::${_cbj_kind} ${_cbj_upper} IMPORTED)
            set_target_properties(cloudbackupjobs::${_cbj_kind} PROPERTIES
                IMPORTED_LOCATION "${_cbj_file_${_cbj_kind}}"
                INTERFACE_INCLUDE_DIRECTORIES "${_cbj_prefix}/include")
        endif()
        unset(_cbj_file_${_cbj_kind} CACHE)
    endforeach()

    # The compiler adds its unwinder and the C library itself; -lgcc_s would make a program with -static fail.
    if(TARGET cloudbackupjobs::static)
        set_property(TARGET cloudbackupjobs::static PROPERTY INTERFACE_LINK_LIBRARIES pthread dl m)
    endif()
endif()

# find_package(cloudbackupjobs COMPONENTS static) fails where only the shared library was installed.
set(cloudbackupjobs_FOUND TRUE)
if(NOT TARGET cloudbackupjobs::shared AND NOT TARGET cloudbackupjobs::static)
    set(cloudbackupjobs_FOUND FALSE)
    set(cloudbackupjobs_NOT_FOUND_MESSAGE "no library beside ${CMAKE_CURRENT_LIST_DIR}, under ${_cbj_prefix}")
endif()
foreach(_cbj_kind shared static)
    if(TARGET cloudbackupjobs::${_cbj_kind})
        set(cloudbackupjobs_${_cbj_kind}_FOUND TRUE)
    endif()
endforeach()
foreach(_cbj_component ${cloudbackupjobs_FIND_COMPONENTS})
    if(cloudbackupjobs_FIND_REQUIRED_${_cbj_component} AND NOT TARGET cloudbackupjobs::${_cbj_component})
        set(cloudbackupjobs_FOUND FALSE)
        set(cloudbackupjobs_NOT_FOUND_MESSAGE "it has no component ${_cbj_component} (it may have: shared, static)")
    endif()
endforeach()

unset(_cbj_component)
unset(_cbj_kind)
unset(_cbj_name)
unset(_cbj_prefix)
unset(_cbj_suffixes)
unset(_cbj_upper)
