// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/err.h"

#include <errno.h>

#include "lib/base/types.h"

/* No table of pointers: this may be asked before relocations are applied. */
static const struct {
	uint8_t err;
	char name[15];
} names[] = {
/* clang-format off */
#define ERR_NAME(e) { e, #e }
	ERR_NAME(E2BIG), ERR_NAME(EACCES), ERR_NAME(EAGAIN), ERR_NAME(EALREADY),
	ERR_NAME(EBADF), ERR_NAME(EBADMSG), ERR_NAME(EBUSY), ERR_NAME(ECANCELED),
	ERR_NAME(EDOM), ERR_NAME(EEXIST), ERR_NAME(EFAULT), ERR_NAME(EFBIG),
	ERR_NAME(EILSEQ), ERR_NAME(EINTR), ERR_NAME(EINVAL), ERR_NAME(EIO),
	ERR_NAME(EISDIR), ERR_NAME(ELOOP), ERR_NAME(EMSGSIZE), ERR_NAME(ENAMETOOLONG),
	ERR_NAME(ENETUNREACH), ERR_NAME(ENODATA), ERR_NAME(ENODEV), ERR_NAME(ENOENT),
	ERR_NAME(ENOEXEC), ERR_NAME(ENOMEM), ERR_NAME(ENOSPC), ERR_NAME(ENOSYS),
	ERR_NAME(ENOTDIR), ERR_NAME(ENOTSUP), ERR_NAME(ENXIO), ERR_NAME(EOVERFLOW),
	ERR_NAME(EPERM), ERR_NAME(EPROTO), ERR_NAME(ERANGE), ERR_NAME(EROFS),
	ERR_NAME(ESPIPE), ERR_NAME(ETIMEDOUT),
	/* clang-format on */
};

const char *err_name(int err)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		if (err == names[i].err || err == -names[i].err)
			return names[i].name;
	}
	return err ? "E?" : "OK";
}
