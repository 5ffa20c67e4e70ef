// SPDX-License-Identifier: BSD-2-Clause
#include "lib/base/err.h"

#include <errno.h>

/* A switch and not a table of pointers: this may be asked before relocations are applied. */
/* clang-format off */
#define ERR_NAME(e) case -(e): return #e

const char *err_name(int err)
{
	/* Every int has a negative of this kind; INT_MIN has no positive. */
	switch (err > 0 ? -err : err) {
	case 0: return "OK";
	ERR_NAME(E2BIG);	ERR_NAME(EACCES);	ERR_NAME(EAGAIN);	ERR_NAME(EALREADY);
	ERR_NAME(EBADF);	ERR_NAME(EBADMSG);	ERR_NAME(EBUSY);	ERR_NAME(ECANCELED);
	ERR_NAME(EDOM);		ERR_NAME(EEXIST);	ERR_NAME(EFAULT);	ERR_NAME(EFBIG);
	ERR_NAME(EILSEQ);	ERR_NAME(EINTR);	ERR_NAME(EINVAL);	ERR_NAME(EIO);
	ERR_NAME(EISDIR);	ERR_NAME(ELOOP);	ERR_NAME(EMSGSIZE);	ERR_NAME(ENAMETOOLONG);
	ERR_NAME(ENETUNREACH);	ERR_NAME(ENODATA);	ERR_NAME(ENODEV);	ERR_NAME(ENOENT);
	ERR_NAME(ENOEXEC);	ERR_NAME(ENOMEM);	ERR_NAME(ENOSPC);	ERR_NAME(ENOSYS);
	ERR_NAME(ENOTDIR);	ERR_NAME(ENOTSUP);	ERR_NAME(ENXIO);	ERR_NAME(EOVERFLOW);
	ERR_NAME(EPERM);	ERR_NAME(EPROTO);	ERR_NAME(ERANGE);	ERR_NAME(EROFS);
	ERR_NAME(ESPIPE);	ERR_NAME(ETIMEDOUT);
	default: return "E?";
	}
}
/* clang-format on */
