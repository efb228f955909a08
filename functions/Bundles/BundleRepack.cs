using Microsoft.Win32.SafeHandles;
using Serverless.Bundles.Zip;

namespace Serverless.Bundles;

/// <summary>Writes a bundle anew from the entries that are kept, with headers every device reads. The same upload gives the same bytes.</summary>
internal static class BundleRepack
{
    public static Task<TempZip> RunAsync(SafeFileHandle file, BundleContents contents, string folder, CancellationToken cancellation) => ReproducibleZip.WriteAsync(
        folder,
        contents.Kept.Where(entry => !entry.IsDirectory).Select(entry => (entry.Name, (Func<Stream>)(() => ZipContent.Open(file, entry).Stream))),
        cancellation);
}
