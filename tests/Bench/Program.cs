using Serverless.Bench;

return await BenchCommand.Create().Parse(args).InvokeAsync();
