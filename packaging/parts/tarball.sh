# The tarball: the tree with lib instead of lib/MULTIARCH. It may be unpacked anywhere.

make_tarball() {
    local name folder
    name=cloudbackupjobs-$version-$(platform "$triple")
    folder=$work/$name
    mkdir "$folder"
    cp -a "$tree/usr/." "$folder/"
    if [ -n "$multiarch" ]; then
        mv "$folder/lib/$multiarch"/* "$folder/lib/"
        rmdir "$folder/lib/$multiarch"
        sed -i -e "s|^prefix=.*|prefix=\${pcfiledir}/../..|" -e "s|^libdir=.*|libdir=\${prefix}/lib|" "$folder"/lib/pkgconfig/*.pc
    fi
    chmod -R u=rwX,go=rX "$folder"
    set_times "$folder"
    # gzip would note the time.
    tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -cf - "$name" | gzip -9n >"$output/$name.tar.gz"
    ls -l "$output/$name.tar.gz"
}

# No file is newer than the commit.
set_times() { # FOLDER
    find "$1" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}
