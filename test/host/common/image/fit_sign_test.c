/* SPDX-License-Identifier: BSD-2-Clause */
/* Images that mkimage has signed, and what somebody may do to them who has not its key. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libfdt.h>

#include "common/image/fit_sign.h"

#define ROOM	   (64 * KIB)
#define CONTROL_ROOM (16 * KIB)
#define DATA_SIZE  3000
#define ALTERED	   "was altered"

static char folder[] = "/tmp/loft-sign-XXXXXX";
static uint8_t image[ROOM] __attribute__((aligned(8)));
static uint8_t control[CONTROL_ROOM] __attribute__((aligned(8)));
static uint64_t image_size;
static struct fit fit;
static struct why why;
static unsigned int told_count, refused_count;

/* ---- making images ------------------------------------------------------------------------ */

static void run(const char *fmt, ...)
{
	char text[1024], command[1200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	snprintf(command, sizeof(command), "cd %s && { %s; } >out 2>&1", folder, text);
	if (system(command)) {
		snprintf(command, sizeof(command), "cat %s/out >&2", folder);
		(void)!system(command);
		fail_msg("%s", text);
	}
}

static void write_file(const char *name, const char *text, size_t size)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, size, f), size);
	fclose(f);
}

static uint64_t read_file(const char *name, uint8_t *to, uint64_t room)
{
	char path[64];
	uint64_t size;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	memset(to, 0, room);
	size = fread(to, 1, room, f);
	assert_true(size && size < room);
	fclose(f);
	return size;
}

#define IMAGE(name, type)                                                                     \
	name " { description = \"" name "\"; data = /incbin/(\"" name "\"); type = \"" type \
	     "\"; arch = \"arm64\"; os = \"linux\"; compression = \"none\";"              \
	     " load = <0x41000000>; entry = <0x41000000>; %s };"

/* @of: a configuration's signature node; @images: the images' more */
static void write_source(const char *name, const char *of, const char *more)
{
	static const char format[] =
		"/dts-v1/; / { description = \"signed\"; #address-cells = <1>; images {" IMAGE(
			"kernel", "kernel") IMAGE("ramdisk", "ramdisk") IMAGE("tree", "flat_dt")
			IMAGE("evil", "kernel") "}; configurations { default = \"conf\";"
						" conf { description = \"d\"; kernel = \"kernel\";"
						" ramdisk = \"ramdisk\"; fdt = \"tree\"; %s };"
						" other { kernel = \"evil\"; }; }; };";
	char text[8192];
	int size = snprintf(text, sizeof(text), format, more, more, more, more, of);

	assert_true(size < (int)sizeof(text));
	write_file(name, text, (size_t)size);
}

#define HASH "hash-1 { algo = \"sha256\"; };"
#define SIGNED                                                                                 \
	"signature-1 { algo = \"%s\"; key-name-hint = \"%s\"; %s"                              \
	" sign-images = \"kernel\", \"ramdisk\", \"fdt\", \"loadables\"; };"

static char mkimage[512] = "mkimage";

static void sign(const char *out, const char *algo, const char *key, const char *padding,
		 const char *options)
{
	char of[400];

	snprintf(of, sizeof(of), SIGNED, algo, key, padding);
	write_source("its", of, HASH);
	run("echo '/dts-v1/; / { signature { }; };' | dtc -q -p 4096 -O dtb -o control.%s", out);
	run("%s %s -f its -k . -K control.%s -r %s", mkimage, options, out, out);
}

static int make_folder(void **state)
{
	char data[DATA_SIZE];

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (int i = 0; i < 4; i++) {
		static const char *const names[] = { "kernel", "ramdisk", "tree", "evil" };

		for (int b = 0; b < DATA_SIZE; b++)
			data[b] = (char)(b * (i + 3) + (b >> 5));
		write_file(names[i], data, sizeof(data));
	}
	for (int bits = 2048; bits <= 4096; bits += 1024)
		run("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:%d -out rsa%d.key; "
		    "openssl req -batch -new -x509 -key rsa%d.key -out rsa%d.crt",
		    bits, bits, bits, bits);
	run("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out mallory.key; "
	    "openssl req -batch -new -x509 -key mallory.key -out mallory.crt");
	run("openssl ecparam -name prime256v1 -genkey -noout -out ec.pem");
	sign("base", "sha256,rsa2048", "rsa2048", "", "");
	sign("outside", "sha256,rsa2048", "rsa2048", "", "-E");
	sign("theirs", "sha256,rsa2048", "mallory", "", "");
	return 0;
}

static int remove_folder(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

/* ---- a boot, as far as it looks at an image ------------------------------------------------ */

static void told(const char *algo, const char *key)
{
	assert_non_null(strchr(algo, ','));
	assert_true(!strncmp(key, "key-", 4) || !strcmp(key, "ec") || !strcmp(key, "ec384"));
	told_count++;
}

static const struct fit_keys keys = { control, told };

static int take(const char *name)
{
	const int node = fit_child(fit.tree, "/images", name);
	const uint8_t *data;
	uint32_t size;
	int hash = 0, err;

	if (node < 0)
		return refuse(&why, -ENOENT, "no image");
	err = fit_data(&fit, node, &data, &size, &why);
	while (!err && (hash = fit_next_hash(fit.tree, node, hash)))
		err = fit_check_hash(&fit, node, hash, &why);
	return err ? err : fit_sign_image(&fit, node, &keys, &why);
}

static int boot(const char *name)
{
	static const char *const roles[] = { "kernel", "ramdisk", "fdt", "loadables" };
	int config, err;

	why.text[0] = '\0';
	told_count = 0;
	err = fit_keys_check(control, sizeof(control), &why);
	if (!err)
		err = fit_check(&fit, image, image_size, &why);
	if (err)
		return err;
	config = fit_child(image, "/configurations",
			   name ? name : fit_default(image, "/configurations"));
	if (config < 0)
		return refuse(&why, -ENOENT, "no configuration");
	err = fit_sign_config(&fit, config, &keys, &why);
	for (unsigned int r = 0; !err && r < ARRAY_SIZE(roles); r++) {
		for (int i = 0; !err && i < fdt_stringlist_count(image, config, roles[r]); i++)
			err = take(fdt_stringlist_get(image, config, roles[r], i, NULL));
	}
	return err;
}

static void load_control(const char *name)
{
	read_file(name, control, sizeof(control));
}

/* With room for what is done to it; @in_place: its bytes as they are. */
static void load(const char *name, bool in_place)
{
	char of[40];

	snprintf(of, sizeof(of), "control.%s", name);
	load_control(of);
	image_size = read_file(name, image, sizeof(image));
	if (in_place)
		return;
	assert_int_equal(fdt_open_into(image, image, sizeof(image)), 0);
	image_size = sizeof(image);
}

static void boots(const char *name, unsigned int signatures)
{
	if (boot(name))
		fail_msg("%s", why.text);
	assert_int_equal(told_count, signatures);
}

static void refused(const char *attack, const char *words)
{
	if (!boot(NULL))
		fail_msg("'%s' boots", attack);
	if (!strstr(why.text, words))
		fail_msg("'%s': %s", attack, why.text);
	refused_count++;
}

/* ---- what mkimage signs is verified -------------------------------------------------------- */

static void test_schemes(void **state)
{
	static const char *const digests[] = { "sha256", "sha384", "sha512" };
	char algo[40], key[20];

	(void)state;
	for (int bits = 2048; bits <= 4096; bits += 1024) {
		for (int d = 0; d < 3; d++) {
			for (int pss = 0; pss < 2; pss++) {
				snprintf(algo, sizeof(algo), "%s,rsa%d", digests[d], bits);
				snprintf(key, sizeof(key), "rsa%d", bits);
				sign("one", algo, key, pss ? "padding = \"pss\";" : "",
				     d == 1 ? "-E" : "");
				load("one", true);
				boots(NULL, 1);
				image[image_size / 2] ^= 4;
				refused(algo, "");
			}
		}
	}
	sign("one", "sha256,ecdsa256", "ec", "", "");
	/* mkimage 2023.01 leaves that out for this scheme. */
	run("fdtput -t s control.one /signature/ec required conf");
	load("one", true);
	boots(NULL, 1);
	assert_int_equal(fdt_setprop_inplace(image, fdt_path_offset(image, "/images/kernel"),
					     "load", "\x42\0\0\0", 4),
			 0);
	refused("ecdsa", ALTERED);
	load("one", true);
	memset((void *)(uintptr_t)fdt_getprop(image,
					      fdt_path_offset(image,
							      "/configurations/conf/signature-1"),
					      "value", NULL),
	       0, 64);
	refused("ecdsa of zeros", ALTERED);
}

/* mkimage 2023.01 does not sign with that one: make mkimage2025. */
static void test_p384(void **state)
{
	static const char *const digests[] = { "sha256", "sha384", "sha512" };
	static const char path[] = "/build/mkimage2025/mkimage";
	char algo[40], newer[sizeof(mkimage)];

	(void)state;
	assert_non_null(getcwd(newer, sizeof(newer) - sizeof(path)));
	strcat(newer, path);
	if (access(newer, X_OK))
		skip();
	run("openssl ecparam -name secp384r1 -genkey -noout -out ec384.pem");
	for (int d = 0; d < 3; d++) {
		strcpy(mkimage, newer);
		snprintf(algo, sizeof(algo), "%s,ecdsa384", digests[d]);
		sign("p384", algo, "ec384", "", d == 1 ? "-E" : "");
		strcpy(mkimage, "mkimage");
		load("p384", true);
		boots(NULL, 1);
		assert_int_equal(fdt_setprop_inplace(image,
						     fdt_path_offset(image, "/images/kernel"),
						     "load", "\x42\0\0\0", 4),
				 0);
		refused(algo, ALTERED);
	}
}

static void test_unsigned_key(void **state)
{
	(void)state;
	load("base", true);
	boots(NULL, 1);
	boots("conf", 1);
	load_control("control.theirs");
	refused("another's", "not the key");
	/* Where nobody must sign the control tree as such is refused. */
	assert_int_equal(fdt_delprop(control, fdt_path_offset(control, "/signature/key-mallory"),
				     "required"),
			 0);
	refused("no required key", "requires no key");
}

/* ---- attacks: none has the key ------------------------------------------------------------ */

static int at(const char *path)
{
	const int node = fdt_path_offset(image, path);

	assert_true(node >= 0);
	return node;
}

#define KERNEL	  "/images/kernel"
#define CONF	  "/configurations/conf"
#define SIGNATURE CONF "/signature-1"

static void set(const char *path, const char *property, const void *value, int size)
{
	assert_int_equal(fdt_setprop(image, at(path), property, value, size), 0);
}

static void set_text(const char *path, const char *property, const char *text)
{
	set(path, property, text, (int)strlen(text) + 1);
}

static void unset(const char *path, const char *property)
{
	assert_int_equal(fdt_delprop(image, at(path), property), 0);
}

static uint8_t *bytes_of(const char *path, const char *property)
{
	const void *p = fdt_getprop(image, at(path), property, NULL);

	assert_non_null(p);
	return (uint8_t *)(uintptr_t)p;
}

static void add(const char *parent, const char *name)
{
	assert_true(fdt_add_subnode(image, at(parent), name) >= 0);
}

/* A node with all that another has. */
static void copy_node(const char *from, const char *parent, const char *name)
{
	const char *property;
	char path[100];
	int p, size;

	add(parent, name);
	snprintf(path, sizeof(path), "%s/%s", parent, name);
	for (int i = 0;; i++) {
		uint8_t value[DATA_SIZE];
		int n = 0, found = -1;

		fdt_for_each_property_offset(p, image, at(from)) {
			if (n++ == i)
				found = p;
		}
		if (found < 0)
			break;
		memcpy(value, fdt_getprop_by_offset(image, found, &property, &size), DATA_SIZE);
		set(path, property, value, size);
	}
}

static void digest_of(const char *path, uint8_t *digest)
{
	struct fit now = { image, image_size, NULL };

	assert_int_equal(fit_digest(&now, at(path), hash_find("sha256"), digest, &why), 0);
}

/* A property once more: as @spare, whose name is then made that of the other. */
static void set_twice(const char *path, const char *property, const void *value, int size)
{
	struct fdt_property *spare;
	const struct fdt_property *is;

	set(path, "spare", value, size);
	is = fdt_get_property(image, at(path), property, NULL);
	spare = fdt_get_property_w(image, at(path), "spare", NULL);
	assert_true(is && spare);
	spare->nameoff = is->nameoff;
}

static void data_altered(void)
{
	bytes_of(KERNEL, "data")[7] ^= 1;
}
static void data_and_digest(void)
{
	uint8_t digest[32];

	data_altered();
	digest_of(KERNEL, digest);
	memcpy(bytes_of(KERNEL "/hash-1", "value"), digest, sizeof(digest));
}
static void data_longer(void)
{
	uint8_t data[DATA_SIZE + 4] = { 0 };

	memcpy(data, bytes_of(KERNEL, "data"), DATA_SIZE);
	set(KERNEL, "data", data, sizeof(data));
}
static void digest_of_evil(void)
{
	uint8_t data[DATA_SIZE];

	memcpy(data, bytes_of("/images/evil", "data"), sizeof(data));
	memcpy(bytes_of(KERNEL, "data"), data, sizeof(data));
	memcpy(bytes_of(KERNEL "/hash-1", "value"), bytes_of("/images/evil/hash-1", "value"), 32);
}
static void digest_weak(void)
{
	set_text(KERNEL "/hash-1", "algo", "crc32");
}
static void digest_sha1(void)
{
	set_text(KERNEL "/hash-1", "algo", "sha1");
}
static void digest_gone(void)
{
	assert_int_equal(fdt_del_node(image, at(KERNEL "/hash-1")), 0);
}
static void digest_renamed(void)
{
	assert_int_equal(fdt_set_name(image, at(KERNEL "/hash-1"), "hash-2"), 0);
}
static void digest_second(void)
{
	copy_node("/images/evil/hash-1", KERNEL, "hash-0");
}
static void digest_hidden(void)
{
	set(KERNEL "/hash-1", "uboot-ignore", "", 0);
}
static void load_moved(void)
{
	set(KERNEL, "load", "\x42\0\0\0", 4);
}
static void entry_moved(void)
{
	set(KERNEL, "entry", "\x41\0\1\0", 4);
}
static void load_gone(void)
{
	unset(KERNEL, "load");
}
static void type_changed(void)
{
	set_text("/images/ramdisk", "type", "kernel");
}
static void packing_changed(void)
{
	set_text(KERNEL, "compression", "gzip");
}
static void arch_changed(void)
{
	set_text(KERNEL, "arch", "arm");
}
static void swapped_default(void)
{
	set_text("/configurations", "default", "other");
}
static void signature_copied(void)
{
	copy_node(SIGNATURE, "/configurations/other", "signature-1");
	swapped_default();
}
static void nodes_lie(void)
{
	static const char of_evil[] = "/\0" CONF "\0/images/evil\0/images/evil/hash-1";

	signature_copied();
	set("/configurations/other/signature-1", "hashed-nodes", of_evil, sizeof(of_evil));
}
static void nodes_less(void)
{
	set("/configurations/conf", "kernel", "evil", 5);
	set_text(SIGNATURE, "hashed-nodes", "/");
}
static void conf_renamed(void)
{
	assert_int_equal(fdt_set_name(image, at(CONF), "fnoc"), 0);
	set_text("/configurations", "default", "fnoc");
}
static void kernel_swapped(void)
{
	set_text(CONF, "kernel", "evil");
}
static void kernel_and_ramdisk(void)
{
	set_text(CONF, "kernel", "ramdisk");
	set_text(CONF, "ramdisk", "kernel");
}
static void image_renamed(void)
{
	assert_int_equal(fdt_set_name(image, at("/images/evil"), "kernel2"), 0);
	assert_int_equal(fdt_set_name(image, at(KERNEL), "evil"), 0);
	assert_int_equal(fdt_set_name(image, at("/images/kernel2"), "kernel"), 0);
}
static void overlay_added(void)
{
	set(CONF, "fdt", "tree\0evil", 10);
}
static void loadable_added(void)
{
	set_text(CONF, "loadables", "evil");
}
static void loadable_unlisted(void)
{
	loadable_added();
	set(SIGNATURE, "sign-images", "kernel\0ramdisk\0fdt", 19);
}
static void ramdisk_unlisted(void)
{
	set(SIGNATURE, "sign-images", "kernel\0fdt", 11);
}
static void list_gone(void)
{
	unset(SIGNATURE, "sign-images");
}
static void list_empty(void)
{
	set(SIGNATURE, "sign-images", "", 0);
}
static void list_no_text(void)
{
	set(SIGNATURE, "sign-images", "kernel", 6);
}
static void stripped(void)
{
	assert_int_equal(fdt_del_node(image, at(SIGNATURE)), 0);
}
static void value_flipped(void)
{
	bytes_of(SIGNATURE, "value")[200] ^= 0x40;
}
static void value_zero(void)
{
	memset(bytes_of(SIGNATURE, "value"), 0, 256);
}
static void value_one(void)
{
	value_zero();
	bytes_of(SIGNATURE, "value")[255] = 1;
}
static void value_ones(void)
{
	memset(bytes_of(SIGNATURE, "value"), 0xff, 256);
}
static void value_longer(void)
{
	uint8_t value[257] = { 0 };

	memcpy(value, bytes_of(SIGNATURE, "value"), 256);
	set(SIGNATURE, "value", value, sizeof(value));
}
static void value_shorter(void)
{
	uint8_t value[255];

	memcpy(value, bytes_of(SIGNATURE, "value"), sizeof(value));
	set(SIGNATURE, "value", value, sizeof(value));
}
static void value_empty(void)
{
	set(SIGNATURE, "value", "", 0);
}
static void algo_sha1(void)
{
	set_text(SIGNATURE, "algo", "sha1,rsa2048");
}
static void algo_crc(void)
{
	set_text(SIGNATURE, "algo", "crc32,rsa2048");
}
static void algo_longer(void)
{
	set_text(SIGNATURE, "algo", "sha256,rsa4096");
}
static void algo_other(void)
{
	set_text(SIGNATURE, "algo", "sha256,ecdsa256");
}
static void algo_none(void)
{
	set_text(SIGNATURE, "algo", "sha256");
}
static void padding_pss(void)
{
	set_text(SIGNATURE, "padding", "pss");
}
static void padding_none(void)
{
	set_text(SIGNATURE, "padding", "none");
}
static void hint_other(void)
{
	set_text(SIGNATURE, "key-name-hint", "mallory");
	kernel_swapped();
}
static void theirs(void)
{
	load("theirs", false);
	load_control("control.base");
	set_text(SIGNATURE, "key-name-hint", "rsa2048");
}
static void two_kernels(void)
{
	int node;

	add("/images", "kernem");
	set("/images/kernem", "data", "evil", 4);
	add("/images/kernem", "hash-1");
	node = at("/images/kernem");
	((char *)(uintptr_t)fdt_get_name(image, node, NULL))[5] = 'l';
}
static void two_confs(void)
{
	copy_node(CONF, "/configurations", "conx");
	((char *)(uintptr_t)fdt_get_name(image, at("/configurations/conx"), NULL))[3] = 'f';
}
static void two_digests(void)
{
	copy_node("/images/evil/hash-1", KERNEL, "hash-2");
	((char *)(uintptr_t)fdt_get_name(image, at(KERNEL "/hash-2"), NULL))[5] = '1';
}
static void two_images(void)
{
	add("/", "imagez");
	((char *)(uintptr_t)fdt_get_name(image, at("/imagez"), NULL))[5] = 's';
}
static void kernel_at(void)
{
	copy_node("/images/evil", "/images", "kernel@1");
}
static void conf_at(void)
{
	copy_node("/configurations/other", "/configurations", "conf@1");
}
static void digest_at(void)
{
	copy_node("/images/evil/hash-1", KERNEL, "hash-1@1");
}
static void data_twice(void)
{
	set_twice(KERNEL, "data", "evil", 4);
}
static void kernel_twice(void)
{
	set_twice(CONF, "kernel", "evil", 5);
}
static void algo_twice(void)
{
	set_twice(KERNEL "/hash-1", "algo", "crc32", 6);
}
static void signed_names(uint32_t at_, uint32_t size)
{
	const fdt32_t value[2] = { cpu_to_fdt32(at_), cpu_to_fdt32(size) };

	set(SIGNATURE, "hashed-strings", value, sizeof(value));
}
static void names_none(void)
{
	signed_names(0, 0);
}
static void names_fewer(void)
{
	signed_names(0, 0x20);
}
static void names_more(void)
{
	signed_names(0, 0x10000);
}
static void names_moved(void)
{
	signed_names(4, 0x80);
}
static void names_gone(void)
{
	unset(SIGNATURE, "hashed-strings");
}
static void names_changed(void)
{
	char *strings = (char *)image + fdt_off_dt_strings(image);

	for (uint32_t i = 0; i < fdt_size_dt_strings(image) - 7; i++) {
		if (!strcmp(strings + i, "ramdisk"))
			memcpy(strings + i, "rumdisk", 7);
	}
}
static void name_unsigned(void)
{
	struct fdt_property *p;
	const struct fdt_property *is;

	set(SIGNATURE, "loadables", "", 0); /* its name is behind the signed ones */
	is = fdt_get_property(image, at(SIGNATURE), "loadables", NULL);
	p = fdt_get_property_w(image, at(CONF), "ramdisk", NULL);
	p->nameoff = is->nameoff;
}
static void blocks_overlap(void)
{
	/* Back over the last nodes' ends: the names are where they were. */
	fdt_set_size_dt_struct(image, fdt_off_dt_strings(image) + 16 - fdt_off_dt_struct(image));
}
static void reservations_in_tree(void)
{
	fdt_set_off_mem_rsvmap(image, fdt_off_dt_struct(image) + fdt_size_dt_struct(image) - 16);
}
static void old_version(void)
{
	fdt_set_version(image, 16);
}
static void size_lie(void)
{
	fdt_set_totalsize(image, 4 * ROOM);
}
static void behind_the_end(void)
{
	fdt_set_size_dt_struct(image, fdt_size_dt_struct(image) + 8);
	fdt_set_off_dt_strings(image, fdt_off_dt_strings(image) + 4096);
	memmove(image + fdt_off_dt_strings(image), image + fdt_off_dt_strings(image) - 4096,
		fdt_size_dt_strings(image));
}
static void root_changed(void)
{
	set_text("/", "description", "signet");
}
static void root_more(void)
{
	set_text("/", "compatible", "evil");
}
static void node_added(void)
{
	add(KERNEL, "dm-verity");
	set("/images/kernel/dm-verity", "root", "evil", 4);
}
static void conf_node_added(void)
{
	add(CONF, "more");
}
static void nop_in_conf(void)
{
	assert_int_equal(fdt_nop_property(image, at(CONF), "description"), 0);
}
static void nop_in_image(void)
{
	assert_int_equal(fdt_nop_property(image, at(KERNEL), "entry"), 0);
}
static void compatible_added(void)
{
	set_text(CONF, "compatible", "linux,dummy-virt");
}
static void script_added(void)
{
	set_text(CONF, "script", "evil");
}
static void property_too_many(void)
{
	char name[16];

	for (int i = 0; i < 70; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		set(CONF, name, "", 0);
	}
}
static void image_missing(void)
{
	assert_int_equal(fdt_del_node(image, at("/images/ramdisk")), 0);
}

#define ATTACK(function, words)            \
	{                                  \
		function, #function, words \
	}

static void test_attacks(void **state)
{
	static const struct {
		void (*change)(void);
		const char *name, *words;
	} attacks[] = {
		ATTACK(data_altered, "Bad hash value"),
		ATTACK(data_and_digest, ALTERED),
		ATTACK(data_longer, "Bad hash value"),
		ATTACK(digest_of_evil, ALTERED),
		ATTACK(digest_weak, "no digest by sha256"),
		ATTACK(digest_sha1, "no digest by sha256"),
		ATTACK(digest_gone, "no digest by sha256"),
		ATTACK(digest_renamed, ALTERED),
		ATTACK(digest_second, ALTERED),
		ATTACK(digest_hidden, "does not sign the name"),
		ATTACK(load_moved, ALTERED),
		ATTACK(entry_moved, ALTERED),
		ATTACK(load_gone, ALTERED),
		ATTACK(type_changed, ALTERED),
		ATTACK(packing_changed, ALTERED),
		ATTACK(arch_changed, ALTERED),
		ATTACK(swapped_default, "no signature"),
		ATTACK(signature_copied, ALTERED),
		ATTACK(nodes_lie, ALTERED),
		ATTACK(nodes_less, ALTERED),
		ATTACK(conf_renamed, ALTERED),
		ATTACK(kernel_swapped, ALTERED),
		ATTACK(kernel_and_ramdisk, ALTERED),
		ATTACK(image_renamed, ALTERED),
		ATTACK(overlay_added, ALTERED),
		ATTACK(loadable_added, "does not sign the name"),
		ATTACK(loadable_unlisted, "not among what it signs"),
		ATTACK(ramdisk_unlisted, "not among what it signs"),
		ATTACK(list_gone, "not among what it signs"),
		ATTACK(list_empty, "no list of names"),
		ATTACK(list_no_text, "no list of names"),
		ATTACK(stripped, "no signature"),
		ATTACK(value_flipped, ALTERED),
		ATTACK(value_zero, ALTERED),
		ATTACK(value_one, ALTERED),
		ATTACK(value_ones, ALTERED),
		ATTACK(value_longer, ALTERED),
		ATTACK(value_shorter, ALTERED),
		ATTACK(value_empty, "no algo or no value"),
		ATTACK(algo_sha1, "no signature by sha1,rsa2048"),
		ATTACK(algo_crc, "no signature by crc32,rsa2048"),
		ATTACK(algo_longer, "made by sha256,rsa4096"),
		ATTACK(algo_other, "made by sha256,ecdsa256"),
		ATTACK(algo_none, "made by sha256"),
		ATTACK(padding_pss, ALTERED),
		ATTACK(padding_none, "no padding"),
		ATTACK(hint_other, ALTERED),
		ATTACK(theirs, "not the key"),
		ATTACK(two_kernels, "two nodes 'kernel'"),
		ATTACK(two_confs, "two nodes 'conf'"),
		ATTACK(two_digests, "two nodes 'hash-1'"),
		ATTACK(two_images, "two nodes 'images'"),
		ATTACK(kernel_at, "no '@' in a name"),
		ATTACK(conf_at, "no '@' in a name"),
		ATTACK(digest_at, "no '@' in a name"),
		ATTACK(data_twice, "has its 'data' twice"),
		ATTACK(kernel_twice, "has its 'kernel' twice"),
		ATTACK(algo_twice, "has its 'algo' twice"),
		ATTACK(names_none, "does not sign the name"),
		ATTACK(names_fewer, "does not sign the name"),
		ATTACK(names_more, "not in the FIT"),
		ATTACK(names_moved, "not in the FIT"),
		ATTACK(names_gone, "not in the FIT"),
		ATTACK(names_changed, ALTERED),
		ATTACK(name_unsigned, "does not sign the name"),
		ATTACK(blocks_overlap, "overlap"),
		ATTACK(reservations_in_tree, "overlap"),
		ATTACK(old_version, "not 17"),
		ATTACK(size_lie, "are there"),
		ATTACK(behind_the_end, "follows the end"),
		ATTACK(root_changed, ALTERED),
		ATTACK(root_more, "sign"),
		ATTACK(node_added, ALTERED),
		ATTACK(conf_node_added, ALTERED),
		ATTACK(nop_in_conf, ALTERED),
		ATTACK(nop_in_image, ALTERED),
		ATTACK(compatible_added, "sign"),
		ATTACK(script_added, "not among what it signs"),
		ATTACK(property_too_many, "more than 64 properties"),
		ATTACK(image_missing, "Can't find 'ramdisk'"),
	};

	(void)state;
	refused_count = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(attacks); i++) {
		load("base", false);
		boots(NULL, 1);
		attacks[i].change();
		refused(attacks[i].name, attacks[i].words);
	}
	print_message("%u attacks, each refused\n", refused_count);
}

/* ---- data behind the tree ----------------------------------------------------------------- */

static void set_number(const char *path, const char *property, uint32_t value)
{
	assert_int_equal(fdt_setprop_inplace_u32(image, at(path), property, value), 0);
}

static uint32_t number(const char *path, const char *property)
{
	return fdt32_ld((const fdt32_t *)(const void *)bytes_of(path, property));
}

/* A property gets another's name: the tree stays as long as it is. */
static void rename_property(const char *path, const char *property, const char *name)
{
	const char *strings = (const char *)image + fdt_off_dt_strings(image);
	struct fdt_property *p = fdt_get_property_w(image, at(path), property, NULL);

	assert_non_null(p);
	for (uint32_t i = 0; i < fdt_size_dt_strings(image); i++) {
		if (!strcmp(strings + i, name))
			p->nameoff = cpu_to_fdt32(i);
	}
}

static void out_altered(void)
{
	image[image_size - 5] ^= 0x10;
	for (uint64_t i = fdt_totalsize(image); i < image_size; i += 100)
		image[i] ^= 1;
}
static void out_of_another(void)
{
	set_number(KERNEL, "data-offset", number("/images/evil", "data-offset"));
}
static void out_behind(void)
{
	set_number(KERNEL, "data-offset", 0x7fffffff);
}
static void out_by_one(void)
{
	set_number("/images/tree", "data-offset", number("/images/tree", "data-offset") + 4);
	set_number("/images/tree", "data-size", DATA_SIZE - 4);
}
static void out_short(void)
{
	set_number(KERNEL, "data-size", DATA_SIZE - 1);
}
static void out_long(void)
{
	set_number("/images/evil", "data-size", DATA_SIZE);
	set_number(KERNEL, "data-size", DATA_SIZE + 8);
}
static void out_huge(void)
{
	set_number(KERNEL, "data-size", 0xffffffff);
}
static void out_shared(void)
{
	set_number("/images/ramdisk", "data-offset", number(KERNEL, "data-offset"));
}
static void out_half(void)
{
	set_number("/images/ramdisk", "data-offset", number(KERNEL, "data-offset") + 8);
}
static void out_and_in(void)
{
	rename_property("/images/evil", "data-offset", "data-position");
	rename_property(KERNEL, "load", "data");
}
static void out_in_tree(void)
{
	const uint32_t behind = number(KERNEL, "data-offset");

	assert_int_equal(fdt_open_into(image, image, (int)image_size), 0);
	unset(KERNEL, "data-offset");
	set(KERNEL, "data-position", "\0\0\0\x40", 4);
	image_size = ROOM;
	(void)behind;
}
static void out_twice(void)
{
	load("outside", false);
	set(KERNEL, "data-position", "\0\0\0\x40", 4);
}
static void out_beside(void)
{
	load("outside", false);
	set(KERNEL, "data", "evil", 4);
}
static void out_nowhere(void)
{
	rename_property(KERNEL, "data-offset", "data-size");
}
static void out_load(void)
{
	set_number(KERNEL, "load", 0x42000000);
}

static void test_outside(void **state)
{
	static const struct {
		void (*change)(void);
		const char *name, *words;
	} attacks[] = {
		ATTACK(out_altered, "Bad hash value"),
		ATTACK(out_of_another, "Bad hash value"),
		ATTACK(out_behind, "that are there"),
		ATTACK(out_by_one, "Bad hash value"),
		ATTACK(out_short, "Bad hash value"),
		ATTACK(out_long, "overlap"),
		ATTACK(out_huge, "that are there"),
		ATTACK(out_shared, "overlap"),
		ATTACK(out_half, "overlap"),
		ATTACK(out_and_in, "places for its data"),
		ATTACK(out_in_tree, "own tree"),
		ATTACK(out_twice, "places for its data"),
		ATTACK(out_beside, "places for its data"),
		ATTACK(out_nowhere, "twice"),
		ATTACK(out_load, ALTERED),
	};

	(void)state;
	refused_count = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(attacks); i++) {
		load("outside", true);
		boots(NULL, 1);
		attacks[i].change();
		refused(attacks[i].name, attacks[i].words);
	}
	print_message("%u attacks, each refused\n", refused_count);
}

/* ---- images that are signed one by one; several keys --------------------------------------- */

static void test_image_keys(void **state)
{
	uint8_t value[256];

	(void)state;
	write_source("its", "",
		     "signature-1 { algo = \"sha256,rsa2048\"; key-name-hint = \"rsa2048\"; };");
	run("echo '/dts-v1/; / { };' | dtc -q -O dtb -o control.images");
	run("mkimage -f its -k . -K control.images -r images");
	load("images", false);
	assert_true(fit_keys_require(&keys, "image") && !fit_keys_require(&keys, "conf"));
	boots(NULL, 3);
	boots("other", 1);
	bytes_of(KERNEL, "data")[9] ^= 1;
	refused("an image's byte", ALTERED);
	load("images", false);
	memcpy(value, bytes_of("/images/evil/signature-1", "value"), sizeof(value));
	memcpy(bytes_of(KERNEL "/signature-1", "value"), value, sizeof(value));
	refused("another image's signature", ALTERED);
	load("images", false);
	assert_int_equal(fdt_del_node(image, at("/images/ramdisk/signature-1")), 0);
	refused("one not signed", "no signature");
	load("images", false);
	data_twice();
	refused("data twice", "twice");
	load("images", false);
	kernel_at();
	refused("an @", "'@'");
	load("images", false);
	two_kernels();
	assert_int_equal(fdt_del_node(image, at(KERNEL "/hash-1")), 0); /* it is looked at first */
	refused("two kernels", "two nodes");
}

static void test_modes(void **state)
{
	static const char of_two[] =
		"signature-1 { algo = \"sha256,rsa2048\"; key-name-hint = \"rsa2048\";"
		" sign-images = \"kernel\", \"ramdisk\", \"fdt\"; };"
		"signature-2 { algo = \"sha512,rsa4096\"; key-name-hint = \"rsa4096\";"
		" padding = \"pss\"; sign-images = \"kernel\", \"ramdisk\", \"fdt\"; };";

	(void)state;
	write_source("its", of_two, HASH);
	run("echo '/dts-v1/; / { };' | dtc -q -O dtb -o control.two");
	run("mkimage -f its -k . -K control.two -r two");
	load("two", false);
	boots(NULL, 2);
	value_flipped();
	refused("one of two", "is not signed by");
	assert_int_equal(fdt_open_into(control, control, sizeof(control)), 0);
	assert_int_equal(fdt_setprop_string(control, fdt_path_offset(control, "/signature"),
					    "required-mode", "all"),
			 0);
	refused("one of two, all", "is not signed by");
	assert_int_equal(fdt_setprop_string(control, fdt_path_offset(control, "/signature"),
					    "required-mode", "any"),
			 0);
	boots(NULL, 1);
	bytes_of(CONF "/signature-2", "value")[3] ^= 1;
	refused("none of two, any", "is not signed by");
	load("two", false);
	bytes_of(CONF "/signature-2", "value")[3] ^= 1;
	refused("one bad of two", ALTERED);
}

static void test_control(void **state)
{
	int key;

	(void)state;
	load("base", true);
	key = fdt_path_offset(control, "/signature/key-rsa2048");
	assert_int_equal(fdt_setprop_inplace(control, key, "required", "conn", 5), 0);
	refused("required for something else", "neither conf nor image");
	load("base", true);
	assert_int_equal(fdt_open_into(control, control, sizeof(control)), 0);
	key = fdt_path_offset(control, "/signature/key-rsa2048");
	assert_int_equal(fdt_setprop(control, key, "rsa,modulus", "12345678", 8), 0);
	refused("a short modulus", "no rsa2048 key");
	load("base", true);
	assert_int_equal(fdt_open_into(control, control, sizeof(control)), 0);
	key = fdt_path_offset(control, "/signature/key-rsa2048");
	assert_int_equal(fdt_setprop_u64(control, key, "rsa,exponent", 1), 0);
	refused("an exponent of 1", "no rsa2048 key");
	load("base", true);
	memset(control, 0, 64);
	refused("no control tree", "control FDT is damaged");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_p384),         cmocka_unit_test(test_schemes),
		cmocka_unit_test(test_unsigned_key), cmocka_unit_test(test_attacks),
		cmocka_unit_test(test_outside),      cmocka_unit_test(test_image_keys),
		cmocka_unit_test(test_modes),        cmocka_unit_test(test_control),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
