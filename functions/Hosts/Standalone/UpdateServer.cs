namespace Serverless;

internal static class UpdateServer
{
    public static Task<int> RunAsync(string[] args) => Task.FromResult(args.Length);
}
