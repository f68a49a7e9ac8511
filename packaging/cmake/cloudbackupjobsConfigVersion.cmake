# The version is read from the header that is installed beside this file, so that the two cannot disagree.

get_filename_component(_cbj_header "${CMAKE_CURRENT_LIST_DIR}/../../../include/cloudbackupjobs.h" ABSOLUTE)
set(PACKAGE_VERSION "unknown")
if(EXISTS "${_cbj_header}")
    set(_cbj_version "")
    foreach(_cbj_part MAJOR MINOR PATCH)
        file(STRINGS "${_cbj_header}" _cbj_line REGEX "^#define CBJ_VERSION_${_cbj_part} [0-9]+$")
        string(REGEX REPLACE ".* " "" _cbj_line "${_cbj_line}")
        list(APPEND _cbj_version "${_cbj_line}")
    endforeach()
    string(REPLACE ";" "." PACKAGE_VERSION "${_cbj_version}")
endif()

# Programs that were written for an older version go on working with a newer one: nothing is taken away without another
# number of the ABI, and before 1.0 no more than after it.
set(PACKAGE_VERSION_COMPATIBLE FALSE)
set(PACKAGE_VERSION_EXACT FALSE)
if(PACKAGE_FIND_VERSION_RANGE)
    if(PACKAGE_VERSION VERSION_GREATER_EQUAL PACKAGE_FIND_VERSION_MIN
        AND ((PACKAGE_FIND_VERSION_RANGE_MAX STREQUAL "INCLUDE" AND PACKAGE_VERSION VERSION_LESS_EQUAL PACKAGE_FIND_VERSION_MAX)
            OR (PACKAGE_FIND_VERSION_RANGE_MAX STREQUAL "EXCLUDE" AND PACKAGE_VERSION VERSION_LESS PACKAGE_FIND_VERSION_MAX)))
        set(PACKAGE_VERSION_COMPATIBLE TRUE)
    endif()
elseif(PACKAGE_VERSION VERSION_GREATER_EQUAL PACKAGE_FIND_VERSION)
    set(PACKAGE_VERSION_COMPATIBLE TRUE)
    if(PACKAGE_VERSION VERSION_EQUAL PACKAGE_FIND_VERSION)
        set(PACKAGE_VERSION_EXACT TRUE)
    endif()
endif()
# The library is for machines with pointers of 64 bits.
if(CMAKE_SIZEOF_VOID_P AND NOT CMAKE_SIZEOF_VOID_P EQUAL 8)
    set(PACKAGE_VERSION "${PACKAGE_VERSION} (64 bit)")
    set(PACKAGE_VERSION_UNSUITABLE TRUE)
endif()

unset(_cbj_header)
unset(_cbj_line)
unset(_cbj_part)
unset(_cbj_version)
