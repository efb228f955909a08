using Serverless.Fuzz.Targets;

namespace Serverless.Fuzz;

internal static class FuzzTargets
{
    // Made when asked for and not before: code that reports its coverage runs under the fuzzer only.
    private static readonly Dictionary<string, Func<IFuzzTarget>> ByName = new(StringComparer.Ordinal)
    {
        ["zip"] = () => new ZipTarget(),
        ["forged-zip"] = () => new ForgedZipTarget(),
        ["updates"] = () => new UpdateCheckTarget(),
        ["stats"] = () => new ReportTarget(),
        ["signed-request"] = () => new SignedRequestTarget(),
        ["jws"] = () => new JwsTarget(),
        ["document"] = () => new ReleaseDocumentTarget(),
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <exception cref="ArgumentException">There is no such target.</exception>
    public static IFuzzTarget Create(string name) => ByName.TryGetValue(name, out var create) ? create() : throw new ArgumentException($"There is no target '{name}'.", nameof(name));
}
